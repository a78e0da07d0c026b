import{createRequire}from'node:module';const require=createRequire(import.meta.url);
import{E as e,v as r}from"./chunk-XQYIR3EA.js";import"./chunk-6REANS53.js";import{parentPort as o,workerData as i}from"node:worker_threads";var{directory:t}=i,a=new r(t);o?.on("message",s=>{o?.postMessage(e(t,a,s))});o?.postMessage("ready");
