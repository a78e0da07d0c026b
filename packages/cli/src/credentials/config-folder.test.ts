import { expect, it } from 'vitest';
import { configFolder } from './config-folder.js';

it.each([
  ['linux', {}, '/home/me/.config/fixture-registry'],
  ['linux', { XDG_CONFIG_HOME: '/etc/me' }, '/etc/me/fixture-registry'],
  ['linux', { XDG_CONFIG_HOME: '' }, '/home/me/.config/fixture-registry'],
  ['linux', { XDG_CONFIG_HOME: 'relative' }, '/home/me/.config/fixture-registry'],
  ['darwin', {}, '/home/me/Library/Application Support/fixture-registry'],
  ['darwin', { XDG_CONFIG_HOME: '/etc/me' }, '/etc/me/fixture-registry'],
  ['win32', { APPDATA: '/data' }, '/data/fixture-registry'],
  ['win32', {}, '/home/me/AppData/Roaming/fixture-registry'],
] as const)('%s with %j: %s', (platform, environment, expected) => {
  expect(configFolder(environment, platform, '/home/me')).toBe(expected);
});
