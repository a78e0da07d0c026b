/** How the registry is guarded against those who can reach it. */
export interface Protection {
  /** Proxies of the operator's that stand before the registry; see `clientAddress`. */
  trustedProxies: number;
  /** Requests that one identity may make in a minute; 0: as many as it likes. */
  requestsPerMinute: number;
  /** Who may ask what the schema is, and see the explorer. */
  introspection: 'all' | 'authenticated';
}
