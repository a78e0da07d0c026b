import { describe, expect, it } from 'vitest';
import { addressBlock, clientAddress } from './client-address.js';

describe('clientAddress', () => {
  it.each([
    ['10.0.0.9', undefined, 0, '10.0.0.9'],
    // Without trusted proxies nobody can say to be somebody else.
    ['10.0.0.9', '1.1.1.1', 0, '10.0.0.9'],
    ['10.0.0.9', '1.1.1.1', 1, '1.1.1.1'],
    // What the client itself wrote stands on the left and counts for nothing.
    ['10.0.0.9', '6.6.6.6, 1.1.1.1', 1, '1.1.1.1'],
    ['10.0.0.9', '6.6.6.6, 1.1.1.1, 10.0.0.8', 2, '1.1.1.1'],
    // More proxies are trusted than there are: the farthest one is known to no better.
    ['10.0.0.9', '1.1.1.1', 5, '1.1.1.1'],
    ['10.0.0.9', undefined, 1, '10.0.0.9'],
    ['10.0.0.9', 'unknown', 1, '10.0.0.9'],
    ['10.0.0.9', '1.1.1.1\r\nx: y', 1, '10.0.0.9'],
    ['10.0.0.9', '', 1, '10.0.0.9'],
    ['10.0.0.9', '1.1.1.1:4711', 1, '1.1.1.1'],
    ['10.0.0.9', '[2001:DB8::1]:4711', 1, '2001:db8::1'],
    ['::ffff:127.0.0.1', undefined, 0, '127.0.0.1'],
    ['fe80::1%eth0', undefined, 0, 'fe80::1'],
    [undefined, undefined, 0, null],
  ] as const)(
    'of a socket from %s with X-Forwarded-For %j behind %i proxies is %s',
    (socket, header, proxies, expected) => {
      expect(clientAddress(socket, header, proxies)).toBe(expected);
    },
  );
});

describe('addressBlock', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::9', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['2001:db8:1:2:3::', '2001:db8:1:2::/64'],
    [null, 'unknown'],
  ])('of %s is %s', (address, expected) => {
    expect(addressBlock(address)).toBe(expected);
  });
});
