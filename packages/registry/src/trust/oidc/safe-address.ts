/** Whether keys from this address can be trusted: it uses https, or http on this machine. */
export function isSafe(address: URL): boolean {
  return (
    address.protocol === 'https:' ||
    (address.protocol === 'http:' && /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/.test(address.hostname))
  );
}
