import { describe, expect, it } from 'vitest';
import { addressRefusal, firstAddress, parseAddressRange, pickAddress, pickPlace } from './cluster-ip.ts';
import { parsePortRange, pickPort, portRefusal } from './node-port.ts';

const zero = () => 0;
const none = () => false;

describe('the range of ClusterIPs', () => {
  const range = parseAddressRange('10.96.0.0/12');

  it('holds neither its own address nor the broadcast one', () => {
    expect(firstAddress(range)).toBe('10.96.0.1');
    expect(range.size).toBe(2 ** 20 - 2);
    expect(addressRefusal(range, '10.111.255.254')).toBeUndefined();
    for (const outside of ['10.96.0.0', '10.111.255.255', '10.95.0.1', 'x', 'fd00::1']) {
      expect(addressRefusal(range, outside)).toContain('is not in the valid range');
    }
  });

  it('gives from above the band for those who name one, from a random place on', () => {
    expect(pickAddress(range, none, zero)).toBe('10.96.1.1');
    expect(pickAddress(range, (ip) => ip === '10.96.1.1', zero)).toBe('10.96.1.2');
    expect(pickAddress(range, none, () => 0.999_999_999)).toBe('10.111.255.254');
  });

  it('falls back on that band when the rest is full, and is full after that', () => {
    expect(pickPlace(2, 5, (place) => place >= 2, zero)).toBe(0);
    expect(pickPlace(2, 5, () => true, zero)).toBeUndefined();
  });

  it('wraps around within a band', () => {
    expect(
      pickPlace(
        0,
        4,
        (place) => place === 3,
        () => 0.8,
      ),
    ).toBe(0);
  });

  it('is refused where it is none', () => {
    for (const wrong of ['10.96.0.0', '10.96.0.0/31', '300.0.0.0/8', 'x/8']) {
      expect(() => parseAddressRange(wrong)).toThrow('--service-cluster-ip-range');
    }
  });
});

describe('the range of NodePorts', () => {
  const range = parsePortRange('30000-32767');

  it('gives from above the band for those who name one', () => {
    expect(pickPort(range, none, zero)).toBe(30_086);
    expect(pickPort(parsePortRange('30000-30003'), (port) => port < 30_003, zero)).toBe(30_003);
  });

  it('says what is outside', () => {
    expect(portRefusal(range, 30_000)).toBeUndefined();
    expect(portRefusal(range, 32_768)).toBe(
      'provided port is not in the valid range. The range of valid ports is 30000-32767',
    );
  });

  it('is refused where it is none', () => {
    expect(() => parsePortRange('30000')).toThrow('--service-node-port-range');
  });
});
