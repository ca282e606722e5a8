/** The factories of which the entries of the catalogue are made. */

export * from './actions';
export * from './alarm';
export * from './climate';
export * from './light';
export * from './lock';
export * from './measure';
export * from './power';
export * from './presence';
export * from './switching';
export * from './vibration';
export * from './word';
