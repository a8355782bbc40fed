import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bool,
  choice,
  defaultsOf,
  defineFlags,
  duration,
  FlagError,
  formatDuration,
  list,
  map,
  number,
  parseDuration,
  parseFlags,
  text,
} from './flags.ts';
import { nearest } from './spelling.ts';

const flags = defineFlags({
  'node-monitor-grace-period': duration('40s', 'how long a silent node is trusted'),
  'kube-api-qps': number(20, 'requests per second'),
  'proxy-mode': choice(['iptables', 'ipvs'], 'iptables', 'how packets are forwarded'),
  'leader-elect': bool(true, 'one leads'),
  'cluster-dns': text('', 'where names are resolved'),
  controllers: list(['*'], 'which controllers run'),
  'system-reserved': map({}, 'what the system keeps for itself'),
});

describe('flags', () => {
  it('have defaults, durations in milliseconds', () => {
    const values = defaultsOf(flags);
    const grace: number = values['node-monitor-grace-period'];
    const mode: 'iptables' | 'ipvs' = values['proxy-mode'];
    expect([grace, mode, values['leader-elect'], values.controllers]).toEqual([40_000, 'iptables', true, ['*']]);
  });

  it('are read from what a user writes', () => {
    const values = parseFlags(flags, {
      'node-monitor-grace-period': '1m30s',
      'kube-api-qps': '50',
      'proxy-mode': 'ipvs',
      'leader-elect': 'false',
      controllers: 'endpoint,replicationcontroller',
      'system-reserved': 'cpu=100m,memory=1Gi',
    });
    expect(values).toEqual({
      'node-monitor-grace-period': 90_000,
      'kube-api-qps': 50,
      'proxy-mode': 'ipvs',
      'leader-elect': false,
      'cluster-dns': '',
      controllers: ['endpoint', 'replicationcontroller'],
      'system-reserved': { cpu: '100m', memory: '1Gi' },
    });
    expect(parseFlags(flags, { 'system-reserved': { cpu: 1 } })['system-reserved']).toEqual({ cpu: '1' });
  });

  it('say which is wrong, and what to write', () => {
    const refusal = (given: Record<string, unknown>) => expect(() => parseFlags(flags, given));
    refusal({ 'node-monitor-grace-period': 40 }).toThrow(
      new FlagError(
        'invalid value 40 for --node-monitor-grace-period: write a number with a unit, such as 40s, 500ms or 1m30s',
      ),
    );
    refusal({ 'proxy-mode': 'nftables' }).toThrow(
      'invalid value "nftables" for --proxy-mode: write one of iptables, ipvs',
    );
    refusal({ 'kube-api-qps': 'many' }).toThrow('write a number');
    refusal({ 'leader-elect': 'yes' }).toThrow('write true or false');
    refusal({ 'system-reserved': 'cpu' }).toThrow('write pairs such as cpu=100m,memory=1Gi');
    refusal({ 'node-monitor-grace-perio': '1s' }).toThrow(
      'unknown flag: --node-monitor-grace-perio; did you mean --node-monitor-grace-period?',
    );
    refusal({ zzz: 1 }).toThrow('unknown flag: --zzz; the flags are --node-monitor-grace-period, --kube-api-qps');
    refusal({ constructor: 1 }).toThrow('unknown flag: --constructor');
  });
});

describe('durations', () => {
  it.each([
    ['0', 0],
    ['500ms', 500],
    ['1.5s', 1500],
    ['1h2m3s', 3_723_000],
    ['-1m', -60_000],
    ['250us', 0.25],
  ])('%s is %d ms', (written, ms) => {
    expect(parseDuration(written)).toBe(ms);
  });

  it.each(['', '40', 's', '1x', '1 s', '1s1'])('%j is none', (written) => {
    expect(parseDuration(written)).toBeUndefined();
  });

  it('come back from how they are written', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), (ms) => {
        expect(parseDuration(formatDuration(ms))).toBeCloseTo(ms, 6);
      }),
    );
    expect([formatDuration(90_000), formatDuration(3_600_000), formatDuration(0), formatDuration(250)]).toEqual([
      '1m30s',
      '1h0m0s',
      '0s',
      '250ms',
    ]);
  });
});

describe('spelling', () => {
  it('finds the word that was meant, and none where nothing is near', () => {
    expect(nearest('replica', ['replicas', 'selector'])).toBe('replicas');
    expect(nearest('imagePullPolcy', ['image', 'imagePullPolicy'])).toBe('imagePullPolicy');
    expect(nearest('wish', ['replicas', 'selector'])).toBeUndefined();
  });
});
