/**
 * Where to go after signing in: the path if it leads to a page of this registry, else the first page. Browsers read
 * `//host`, `/\host` and a path with tabs or line ends in it as addresses elsewhere.
 */
export function localPath(path: string | undefined): string {
  if (path === undefined || path.length > 2_000 || !/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(path))
    return '/';
  const base = 'http://registry.invalid';
  const url = URL.canParse(path, base) ? new URL(path, base) : null;
  return url?.origin === base && !url.pathname.startsWith('//') ? url.pathname + url.search : '/';
}
