import { X509Certificate } from 'node:crypto';
import { connect, createServer } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { issueClientCertificate, issueServerCertificate, makeAuthority } from './authority.ts';

const year = 365 * 24 * 3_600_000;
const lifetime = { notBeforeMs: Date.UTC(2026, 0, 1), notAfterMs: Date.UTC(2026, 0, 1) + 100 * year };

describe('an authority', () => {
  it('is a certificate that may sign others, itself included, as long as told', async () => {
    const { certificate } = await makeAuthority('kubernetes', lifetime);
    const read = new X509Certificate(certificate);
    expect(read.ca).toBe(true);
    expect(read.checkIssued(read)).toBe(true);
    expect(read.verify(read.publicKey)).toBe(true);
    expect(read.subject).toBe('CN=kubernetes');
    expect(Date.parse(read.validFrom)).toBe(lifetime.notBeforeMs);
    expect(Date.parse(read.validTo)).toBe(lifetime.notAfterMs);
  });

  it('issues a server its names and addresses', async () => {
    const authority = await makeAuthority('kubernetes', lifetime);
    const names = ['localhost', 'kubernetes.default.svc'];
    const { certificate } = await issueServerCertificate(authority, names, ['127.0.0.1', '::1', '10.96.0.1'], lifetime);
    const read = new X509Certificate(certificate);
    expect(read.ca).toBe(false);
    expect(read.checkHost('kubernetes.default.svc')).toBe('kubernetes.default.svc');
    expect(read.checkIP('::1')).toBe('::1');
    expect(read.checkIP('10.96.0.1')).toBe('10.96.0.1');
    expect(read.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect(read.checkIssued(new X509Certificate(authority.certificate))).toBe(true);
  });

  it('issues what TLS takes on both sides, with the user and all groups in it', async () => {
    const authority = await makeAuthority('kubernetes', lifetime);
    const server = await issueServerCertificate(authority, ['localhost'], [], lifetime);
    const client = await issueClientCertificate(authority, 'jürgen', ['system:masters', 'b, c'], lifetime);
    expect(await subjectSeen(authority.certificate, server, client)).toEqual({
      authorized: true,
      subject: { CN: 'jürgen', O: ['system:masters', 'b, c'] },
    });
  });

  it('is no authority to those of another', async () => {
    const [authority, other] = await Promise.all([makeAuthority('a', lifetime), makeAuthority('a', lifetime)]);
    const server = await issueServerCertificate(authority, ['localhost'], [], lifetime);
    const client = await issueClientCertificate(other, 'jane', [], lifetime);
    expect(await subjectSeen(authority.certificate, server, client)).toMatchObject({ authorized: false });
  });
});

interface Keyed {
  certificate: string;
  key: string;
}

/** Connects a client to a server, and gives what the server sees of it. */
function subjectSeen(ca: string, server: Keyed, client: Keyed): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const options = { ca, cert: server.certificate, key: server.key, requestCert: true, rejectUnauthorized: false };
    const listener = createServer(options, (socket) => {
      const { authorized } = socket;
      resolve({ authorized, subject: { ...socket.getPeerCertificate().subject } });
      socket.destroy();
      listener.close();
    });
    listener.listen(0, '127.0.0.1', () => {
      const { port } = listener.address() as { port: number };
      const socket = connect({
        port,
        host: '127.0.0.1',
        servername: 'localhost',
        ca,
        cert: client.certificate,
        key: client.key,
      });
      socket.on('error', (error) => reject(error));
    });
  });
}
