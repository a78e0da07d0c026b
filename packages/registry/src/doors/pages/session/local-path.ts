/**
 * Where to redirect after signing in: the path when it is a page of this registry, otherwise the
 * home page. Browsers read `//host`, `/\host` and a path with tabs or line breaks as addresses of
 * another host.
 */
export function localPath(path: string | undefined): string {
  if (path === undefined || path.length > 2_000 || !/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(path))
    return '/';
  const base = 'http://registry.invalid';
  const url = URL.canParse(path, base) ? new URL(path, base) : null;
  return url?.origin === base && !url.pathname.startsWith('//') ? url.pathname + url.search : '/';
}
