/** The options that every command has. */
export interface Options {
  registry?: string;
  /** The token itself; `-` reads it from stdin. */
  token?: string;
  tokenFile?: string;
  tokenStdin?: boolean;
  repository?: string;
  branch?: string;
  pullRequest?: number;
  base?: string;
  commit?: string;
  directory: string;
  json?: boolean;
  /** Whether to show long lists completely. */
  all?: boolean;
  allowInsecure?: boolean;
}
