/** Settings that protect the registry against its clients. */
export interface Protection {
  /** The number of trusted proxies in front of the registry; see `clientAddress`. */
  trustedProxies: number;
  /** Maximum requests of one identity in a minute; 0 for no limit. */
  requestsPerMinute: number;
  /** Who can introspect the schema and open GraphiQL. */
  introspection: 'all' | 'authenticated';
}
