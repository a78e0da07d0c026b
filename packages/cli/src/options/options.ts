/** The options that every command has. */
export interface Options {
  registry?: string;
  token?: string;
  repository?: string;
  branch?: string;
  pullRequest?: number;
  base?: string;
  commit?: string;
  directory: string;
  json?: boolean;
  allowInsecure?: boolean;
}
