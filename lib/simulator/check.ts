/** Checks of single fields of a home file: each gives the value with its type, or throws `BAD_INPUT` with a sentence that begins with `where`. */

import { isIPv4 } from 'node:net';
import { LumiotError } from '../home/errors';

export type Json = Readonly<Record<string, unknown>>;

export function object(value: unknown, where: string, otherwise: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) fail(`${where} ${otherwise}.`);
  return value as Json;
}

export function list(value: unknown, where: string): readonly unknown[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) fail(`${where} must be a list.`);
  return value;
}

export function text(value: unknown, where: string): string {
  if (typeof value !== 'string') fail(`${where} must be text.`);
  return value;
}

export function flag(value: unknown, where: string, otherwise: boolean): boolean {
  if (value === undefined) return otherwise;
  if (typeof value !== 'boolean') fail(`${where} must be true or false.`);
  return value;
}

export function whole(value: unknown, where: string, otherwise: number, min: number, max: number): number {
  if (value === undefined) return otherwise;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max)
    fail(`${where} must be a whole number from ${min} to ${max}.`);
  return value;
}

export function port(value: unknown, where: string, otherwise: number): number {
  return whole(value, where, otherwise, 0, 65_535);
}

export function address(value: unknown, where: string): string {
  if (value === undefined) return '127.0.0.1';
  if (typeof value !== 'string' || !isIPv4(value)) fail(`${where} must be an IPv4 address, such as 127.0.0.1.`);
  return value;
}

export function fail(message: string): never {
  throw new LumiotError('BAD_INPUT', message);
}
