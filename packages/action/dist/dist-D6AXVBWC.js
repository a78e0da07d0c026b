import{createRequire}from'node:module';const require=createRequire(import.meta.url);
import{c as a}from"./chunk-3PHISGSN.js";import"./chunk-6REANS53.js";export default a();
