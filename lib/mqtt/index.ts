/** A home on MQTT: topics, commands, and what is told to a broker. */

export { Mapping, type MappingOptions } from './mapping';
export { noPublished, type PublishedMemory, publishedIn } from './memory';
export { type CheckedMqttSettings, checkMqttSettings } from './settings';
export { OFFLINE, ONLINE, objectId, statusTopic, Topics } from './topics';
export type * from './types';
