import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { vi } from 'vitest';
import { startProcess } from '../support/clean-up.js';
import { makeFolder } from '../support/folder.js';
import { type Finished, run } from '../support/process.js';
import type { ImageConfiguration } from './buildah.js';
import { ROOT_FILES } from './built-image.js';

/** A running container of the built image. */
export interface Container extends AsyncDisposable {
  /** The number of its first process on this machine. */
  pid: number;
  output: { stdout: string; stderr: string };
  /** The exit status of its first process. */
  ended: Promise<number | null>;
  signal(name: 'TERM'): Promise<void>;
  /** Runs a program inside, as the user of the image, as `docker exec` does. */
  exec(...words: string[]): Promise<Finished>;
  /** Runs a program of this machine in the network of the container. */
  runOutside(
    program: string,
    words: string[],
    folder: string,
    env: Record<string, string>,
  ): Promise<Finished>;
}

export interface ContainerOptions {
  /** The folder on this machine for the image's volume; the user of the image must own it. */
  volume: string;
  environment?: Record<string, string>;
  /** Bytes that all its processes may use. */
  memory: number;
  /** Instead of the image's CMD. */
  command?: string[];
  /** Instead of the image's ENTRYPOINT. */
  entrypoint?: string[];
  /** The runtime's filter of system calls. */
  seccomp?: object;
  /** Shares the network of this machine instead of having its own. */
  onHostNetwork?: boolean;
}

/**
 * Starts a container with runc, the runtime of Docker and containerd: the image's command as its user, the root
 * read-only, no capabilities, no new privileges, as the Kubernetes manifests ask for.
 */
export async function startContainer(
  image: ImageConfiguration,
  options: ContainerOptions,
): Promise<Container> {
  const bundle = await makeFolder();
  const state = join(bundle.path, 'state');
  await mkdir(state);
  await writeFile(join(bundle.path, 'config.json'), JSON.stringify(runtimeConfiguration(image, options)));
  const name = `fixture-registry-${process.pid}-${Math.random().toString(36).slice(2)}`;
  const runc = (...words: string[]) => run('runc', ['--root', state, ...words], { cwd: bundle.path });
  // runc passes SIGTERM on; after SIGKILL the container would outlive it.
  const child = startProcess('runc', ['--root', state, 'run', '--bundle', bundle.path, name], {
    cwd: bundle.path,
    endedBy: 'SIGTERM',
  });
  const output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      output[stream] += text;
    });
  }
  const ended = once(child, 'close').then(([status]) => status as number | null);
  const pid = await vi.waitFor(
    async () => {
      const { pid: found, status } = JSON.parse((await runc('state', name)).stdout) as {
        pid: number;
        status: string;
      };
      if (status !== 'running') throw new Error(`the container is ${status}: ${output.stderr}`);
      return found;
    },
    { timeout: 60_000, interval: 100 },
  );
  return {
    pid,
    output,
    ended,
    signal: async (signal) => {
      await runc('kill', name, signal);
    },
    exec: (...words) => runc('exec', name, ...words),
    runOutside: (program, words, folder, env) =>
      run('nsenter', ['--target', `${pid}`, '--net', '--', program, ...words], { cwd: folder, env }),
    [Symbol.asyncDispose]: async () => {
      await runc('delete', '--force', name);
      await ended;
      await bundle[Symbol.asyncDispose]();
    },
  };
}

function runtimeConfiguration(image: ImageConfiguration, options: ContainerOptions) {
  const [uid, gid] = image.User.split(':').map(Number);
  const [volume = ''] = Object.keys(image.Volumes);
  const environment = Object.entries(options.environment ?? {}).map(([name, value]) => `${name}=${value}`);
  const namespaces = ['pid', 'mount', 'ipc', 'uts', ...(options.onHostNetwork ? [] : ['network'])];
  return {
    ociVersion: '1.0.0',
    process: {
      user: { uid, gid },
      args: [...(options.entrypoint ?? image.Entrypoint), ...(options.command ?? image.Cmd)],
      env: [...image.Env, ...environment],
      cwd: image.WorkingDir,
      capabilities: { bounding: [], effective: [], inheritable: [], permitted: [], ambient: [] },
      noNewPrivileges: true,
    },
    root: { path: ROOT_FILES, readonly: true },
    hostname: 'registry',
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc' },
      { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'mode=755'] },
      { destination: '/tmp', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'nodev'] },
      { destination: volume, type: 'bind', source: options.volume, options: ['rbind', 'rw'] },
    ],
    linux: {
      namespaces: namespaces.map((type) => ({ type })),
      resources: { memory: { limit: options.memory } },
      maskedPaths: ['/proc/kcore', '/proc/keys', '/proc/timer_list'],
      readonlyPaths: ['/proc/sys', '/proc/sysrq-trigger'],
      ...(options.seccomp ? { seccomp: options.seccomp } : {}),
    },
  };
}
