import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Watches how much memory a process holds, until it is asked. */
export interface MemoryWatch {
  /** Bytes resident, now. */
  now(): Promise<number>;
  /** The most that was seen since the last call. */
  most(): number;
  end(): void;
}

/** Looks at a process ten times a second, from outside: a process that is busy cannot be asked itself. */
export function watchMemory(pid: number): MemoryWatch {
  let most = 0;
  const now = async () => {
    const { stdout } = await execute('ps', ['-o', 'rss=', '-p', String(pid)]);
    const bytes = Number(stdout) * 1024;
    most = Math.max(most, bytes);
    return bytes;
  };
  const timer = setInterval(() => void now().catch(() => {}), 100);
  return {
    now,
    most: () => {
      const found = most;
      most = 0;
      return found;
    },
    end: () => clearInterval(timer),
  };
}

/** The process of ours that was started with these words. @throws where there is none, or more than one */
export async function childWith(words: string): Promise<number> {
  const { stdout } = await execute('ps', ['-A', '-o', 'pid=,ppid=,args=']);
  const found = stdout.split('\n').flatMap((line) => {
    const [, pid, parent, command = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return Number(parent) === process.pid && command.includes(words) ? [Number(pid)] : [];
  });
  if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} processes run ${words}`);
  return found[0];
}
