import{createRequire}from'node:module';const require=createRequire(import.meta.url);
import{D as e,u as r}from"./chunk-B2MLHP6G.js";import"./chunk-YDMQLLTQ.js";import"./chunk-6REANS53.js";import{parentPort as o,workerData as i}from"node:worker_threads";var{directory:t}=i,a=new r(t);o?.on("message",s=>{o?.postMessage(e(t,a,s))});o?.postMessage("ready");
