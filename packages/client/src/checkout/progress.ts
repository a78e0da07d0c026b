/** The progress of a step, in files. */
export interface Progress {
  step: 'compare' | 'download' | 'digest' | 'upload';
  done: number;
  total: number;
}

export type OnProgress = (progress: Progress) => void;
