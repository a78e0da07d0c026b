/** Keys that came over an open line prove nothing; the own machine is no line. */
export function isSafe(address: URL): boolean {
  return (
    address.protocol === 'https:' ||
    (address.protocol === 'http:' && /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/.test(address.hostname))
  );
}
