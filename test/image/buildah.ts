import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
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

/** A layer: bytes of its tar, and of the gzip of it that registries send. */
export interface Layer {
  size: number;
  compressed: number;
}

/** Buildah with its own storage. */
export interface Buildah {
  run(...args: string[]): void;
  output(...args: string[]): string;
  tries(...args: string[]): boolean;
  configurationOf(image: string): ImageConfiguration;
  /** Lowest first. */
  layersOf(image: string): Layer[];
}

/** @param storage the folder of images and layers */
export function openBuildah(storage: string): Buildah {
  const global = ['--root', join(storage, 'images'), '--runroot', join(storage, 'run')];
  const output = (...args: string[]) => outputOf('buildah', [...global, ...args]);
  const inspect = (image: string) =>
    JSON.parse(output('inspect', '--type', 'image', image)) as {
      Docker: { config: ImageConfiguration };
      Manifest: string;
    };
  return {
    run: (...args) => runTool('buildah', [...global, ...args]),
    output,
    tries: (...args) => succeeds('buildah', [...global, ...args]),
    configurationOf: (image) => inspect(image).Docker.config,
    layersOf: (image) => {
      const { layers } = JSON.parse(inspect(image).Manifest) as { layers: { size: number }[] };
      const sent = compressedLayers(join(storage, 'sent'), (folder) =>
        output('push', '--quiet', '--format', 'v2s2', image, `dir:${folder}`),
      );
      return layers.map(({ size }, index) => ({ size, compressed: sent[index] ?? 0 }));
    },
  };
}

function compressedLayers(folder: string, push: (folder: string) => void): number[] {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  push(folder);
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as {
    layers: { size: number }[];
  };
  rmSync(folder, { recursive: true });
  return manifest.layers.map((layer) => layer.size);
}
