import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKOUT } from '../support/registry.js';

export const UNIT = join(CHECKOUT, 'deploy', 'fixture-registry.service');

/** The directives of a systemd unit: section → name → values in order. */
export function readUnit(text = readFileSync(UNIT, 'utf8')): Record<string, Record<string, string[]>> {
  const sections: Record<string, Record<string, string[]>> = {};
  let current: Record<string, string[]> = {};
  for (const line of text.split('\n').map((each) => each.trim())) {
    const section = /^\[(\w+)\]$/.exec(line)?.[1];
    if (section !== undefined) {
      current = {};
      sections[section] = current;
    } else if (line !== '' && !line.startsWith('#')) {
      const [, name = line, value = ''] = /^(\w+)=(.*)$/.exec(line) ?? [];
      current[name] = [...(current[name] ?? []), value];
    }
  }
  return sections;
}
