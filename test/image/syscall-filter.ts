import { outputOf } from './tools.js';

/** Address families by their numbers on Linux. */
const FAMILIES: Record<string, number> = { AF_UNIX: 1, AF_INET: 2, AF_INET6: 10, AF_NETLINK: 16 };

/** The system calls of systemd's groups such as `@system-service`, with those of the groups in them. */
function systemCallsIn(names: string[]): Set<string> {
  return new Set(
    names.flatMap((name) => {
      if (!name.startsWith('@')) return [name];
      const lines = outputOf('systemd-analyze', ['syscall-filter', name]).split('\n').slice(1);
      return [
        ...systemCallsIn(lines.map((line) => line.trim()).filter((line) => line !== '' && line[0] !== '#')),
      ];
    }),
  );
}

/**
 * The filter of a unit as the runtime's `linux.seccomp`: what systemd would set for these directives.
 * @param directives the unit's section `[Service]`; its calls fail with EPERM outside of the filter
 */
export function seccompOf(directives: Record<string, string[]>) {
  const [allowed = '', ...denied] = directives['SystemCallFilter'] ?? [];
  const calls = systemCallsIn(['@default', ...allowed.split(' ')]);
  for (const call of systemCallsIn(denied.flatMap((list) => list.replace(/^~/, '').split(' '))))
    calls.delete(call);
  calls.delete('socket');
  const families = (directives['RestrictAddressFamilies'] ?? []).flatMap((list) => list.split(' '));
  return {
    defaultAction: 'SCMP_ACT_ERRNO',
    syscalls: [
      { names: [...calls], action: 'SCMP_ACT_ALLOW' },
      ...families.map((family) => ({
        names: ['socket'],
        action: 'SCMP_ACT_ALLOW',
        args: [{ index: 0, value: FAMILIES[family], op: 'SCMP_CMP_EQ' }],
      })),
    ],
  };
}
