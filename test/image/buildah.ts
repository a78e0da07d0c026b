import { outputOf, runTool, succeeds } from './tools.js';

/** The parts of an image's configuration that a container engine reads. */
export interface ImageConfiguration {
  User: string;
  Env: string[];
  Entrypoint: string[];
  Cmd: string[];
  WorkingDir: string;
  Volumes: Record<string, unknown>;
  ExposedPorts: Record<string, unknown>;
  Labels: Record<string, string> | null;
  /** Times are in nanoseconds. */
  Healthcheck: { Test: string[]; Interval: number; Timeout: number; StartPeriod: number; Retries: number };
}

/** Buildah with a storage of its own. */
export interface Buildah {
  run(...args: string[]): void;
  output(...args: string[]): string;
  tries(...args: string[]): boolean;
  has(image: string): boolean;
  labelOf(image: string, name: string): string | null;
  configurationOf(image: string): ImageConfiguration;
  /** Bytes of all layers, uncompressed. */
  sizeOf(image: string): number;
}

/** @param storage the folder of images and layers; removing it removes everything that buildah keeps */
export function openBuildah(storage: string): Buildah {
  const global = ['--root', `${storage}/images`, '--runroot', `${storage}/run`];
  const output = (...args: string[]) => outputOf('buildah', [...global, ...args]);
  const configurationOf = (image: string) => {
    const inspected = JSON.parse(output('inspect', '--type', 'image', image)) as {
      Docker: { config: ImageConfiguration };
    };
    return inspected.Docker.config;
  };
  return {
    run: (...args) => runTool('buildah', [...global, ...args]),
    output,
    tries: (...args) => succeeds('buildah', [...global, ...args]),
    has: (image) => succeeds('buildah', [...global, 'inspect', '--type', 'image', image]),
    labelOf: (image, name) => configurationOf(image).Labels?.[name] ?? null,
    configurationOf,
    sizeOf: (image) => {
      const inspected = JSON.parse(output('inspect', '--type', 'image', image)) as Record<string, unknown>;
      return Number(inspected['Size'] ?? 0);
    },
  };
}
