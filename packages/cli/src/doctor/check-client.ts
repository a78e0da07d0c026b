import { VERSION } from '@fixture-registry/client/core';
import { type Finding, fail, ok } from './finding.js';

/** The oldest Node that the command supports. */
const OLDEST = [20, 19] as const;

/** Checks the version of Node, and names that of the client. @param node such as `20.19.0` */
export function checkClient(node: string): Finding {
  const [major = 0, minor = 0] = node.split('.').map(Number);
  const text = `fixtures ${VERSION} on Node ${node}`;
  const isOld = major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
  return isOld ? fail('client', text, `use Node ${OLDEST.join('.')} or later`) : ok('client', text);
}
