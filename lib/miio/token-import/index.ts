/** Tokens out of backups, databases, settings and logs of the apps. */

export { type ImportOptions, importTokens } from './import';
export { type ImportLimits, standardLimits } from './limits';
export { BackupPasswordError } from './refusals';
