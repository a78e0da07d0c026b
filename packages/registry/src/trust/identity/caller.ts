import type { Identity } from './identity.js';

/** The origin of a write, for the audit log. */
export interface Caller {
  identity: Identity;
  /** The client's address; null for commands on the registry's own machine. */
  address: string | null;
  requestId: string | null;
}
