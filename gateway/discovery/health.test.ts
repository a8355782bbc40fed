import { describe, expect, it } from 'vitest';
import { answerHealth, healthChecks, healthPaths } from './health.ts';

const well = healthChecks({ isSynced: true, isDraining: false });
const withoutEtcd = healthChecks({ etcd: 'context deadline exceeded', isSynced: true, isDraining: false });
const draining = healthChecks({ isSynced: true, isDraining: true });

const ask = (url: string, checks = well) => {
  const { pathname, searchParams } = new URL(url, 'https://host');
  return answerHealth(pathname, searchParams, checks);
};

describe('health', () => {
  it('is one word where all is well', () => {
    for (const path of ['/healthz', '/livez', '/readyz']) expect(ask(path)).toMatchObject({ status: 200, body: 'ok' });
  });

  it('names every check to those who ask for all', () => {
    const body = String(ask('/readyz?verbose')?.body);
    expect(body).toMatch(/^\[\+\]ping ok\n\[\+\]log ok\n\[\+\]etcd ok\n/);
    expect(body).toMatch(/\n\[\+\]poststarthook\/rbac\/bootstrap-roles ok\n/);
    expect(body).toMatch(/\n\[\+\]shutdown ok\nreadyz check passed\n$/);
    expect(String(ask('/livez?verbose')?.body)).not.toContain('shutdown');
  });

  it('names every check where one fails, and keeps the reason to itself', () => {
    const answer = ask('/healthz', withoutEtcd);
    expect(answer?.status).toBe(500);
    expect(answer?.body).toContain('[-]etcd failed: reason withheld\n');
    expect(answer?.body).toMatch(/\nhealthz check failed\n$/);
  });

  it('tells the reason to those who ask for the one check', () => {
    expect(ask('/readyz/etcd', withoutEtcd)).toMatchObject({
      status: 500,
      body: 'internal server error: context deadline exceeded\n',
    });
    expect(ask('/readyz/etcd')).toMatchObject({ status: 200, body: 'ok' });
    expect(ask('/readyz/nothing')).toBeUndefined();
    expect(ask('/healthzz')).toBeUndefined();
  });

  it('leaves out what is excluded', () => {
    expect(ask('/readyz?exclude=etcd&exclude=etcd-readiness', withoutEtcd)?.body).toBe('ok');
    const body = String(ask('/readyz?verbose&exclude=etcd&exclude=nothing')?.body);
    expect(body).toContain('[+]etcd excluded: ok\n');
    expect(body).toContain('warn: some health checks cannot be excluded: no matches for "nothing"\n');
  });

  it('is alive while it ends, but not ready', () => {
    expect(ask('/livez', draining)?.status).toBe(200);
    expect(ask('/readyz', draining)?.status).toBe(500);
  });

  it('has a path for each check', () => {
    for (const path of healthPaths(well)) expect([path, ask(path)?.status]).toEqual([path, 200]);
  });
});
