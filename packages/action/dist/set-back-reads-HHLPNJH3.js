import{createRequire}from'node:module';const require=createRequire(import.meta.url);
import{e as a}from"./chunk-MVVOEQCQ.js";import"./chunk-PZWZIMUS.js";import"./chunk-TBQSPRC5.js";import"./chunk-NVDLTT6M.js";import"./chunk-YDMQLLTQ.js";import"./chunk-6REANS53.js";export{a as setBackReads};
