import { isAbsolute, join } from 'node:path';

/**
 * The folder of the user's configuration of this program. `XDG_CONFIG_HOME` applies on every
 * platform, because people set it on purpose.
 * @param home the user's home folder
 */
export function configFolder(
  environment: Record<string, string | undefined>,
  platform: NodeJS.Platform,
  home: string,
): string {
  return join(baseFolder(environment, platform, home), 'fixture-registry');
}

function baseFolder(
  environment: Record<string, string | undefined>,
  platform: NodeJS.Platform,
  home: string,
): string {
  const xdg = environment['XDG_CONFIG_HOME'] ?? '';
  // The XDG specification ignores relative paths.
  if (isAbsolute(xdg)) return xdg;
  if (platform === 'win32') return environment['APPDATA'] || join(home, 'AppData', 'Roaming');
  return platform === 'darwin' ? join(home, 'Library', 'Application Support') : join(home, '.config');
}
