import type { DatabaseKind } from '../options.js';

/** Seconds after which a pull that does not end is given up. */
export const PATIENCE = 60;

/** The build that is measured: that of another checkout, or of this one. */
export type Build = 'before' | 'after';

/** What one attack did to the pulls of another caller. */
export interface Measured {
  attack: string;
  database: DatabaseKind;
  build: Build;
  /** How the slowest pull ended. */
  ended: 'pulled' | 'failed' | 'given up';
  /** Seconds of the slowest pull, the start of its process included. */
  slowest: number;
  pulls: number;
  /** The most bytes that the process of the registry had resident. */
  memory: number;
}
