import type { Identity } from './identity.js';

/** Who asks for a write, and from where; the audit log keeps all of it. */
export interface Caller {
  identity: Identity;
  /** The client's address; null for commands on the registry's own machine. */
  address: string | null;
  requestId: string | null;
}
