/** What a session says to people: each names what to do. */

import { LumiotError } from '../home/errors';

export const sentences = {
  notConfigured: () =>
    new LumiotError(
      'NOT_CONFIGURED',
      'The account has no client id or no redirect URL. Enter both in the account’s dialog, deploy, and sign in.',
    ),

  notDeployed: () => new LumiotError('NOT_CONFIGURED', 'The account has no key to keep a sign-in with yet. Deploy first, then sign in.'),

  signedOut: () => new LumiotError('LOGIN_NEEDED', 'Nobody is signed in to this account. Open the account’s dialog and press “Sign in”.'),

  otherGrant: () =>
    new LumiotError(
      'LOGIN_NEEDED',
      'Region, client id or redirect URL were changed, and the sign-in was made for the former ones. Sign in again, or change them back: the former sign-in is kept.',
    ),

  signInNeeded: (why: string, validUntil: number | undefined) =>
    new LumiotError(
      'LOGIN_NEEDED',
      `${why} Open the account’s dialog and sign in again.${validUntil === undefined ? '' : ` Until ${new Date(validUntil).toISOString()} the devices may still answer.`}`,
    ),

  refusedAnew: () =>
    new LumiotError(
      'CLOUD_UNREACHABLE',
      'The cloud refuses an access token that it has just given. It is asked for another one in a while; if this goes on, check the region and the client id.',
    ),

  notNow: () => new LumiotError('CLOUD_UNREACHABLE', 'The access token has ended and is being renewed. Try again in a moment.'),

  signedOutMeanwhile: () =>
    new LumiotError('LOGIN_NEEDED', 'The account was signed out while the sign-in was being finished. Press “Sign in” again.'),

  takenOver: () =>
    new LumiotError(
      'STORE_FAILED',
      'Another process has taken over the file of the sign-in while this one stood still. It is tried again in a minute.',
    ),

  unauthorized: () =>
    new LumiotError(
      'CLOUD_UNREACHABLE',
      'The cloud, or something in front of it, refuses the refresh without a reason (HTTP 401). It is asked again in an hour; if this goes on, sign in again.',
    ),

  longGlitch: (error: LumiotError) =>
    new LumiotError(
      'CLOUD_UNREACHABLE',
      `For more than six hours the cloud has answered the refresh with an error that gives no reason. It is tried once an hour; signing in again may help. ${error.message}`,
    ),

  otherAccount: (before: string, now: string) =>
    new LumiotError(
      'LOGIN_NEEDED',
      `Another account than before is signed in (${now}, before: ${before}). Flows that name devices of the former account will not find them: sign out and sign in with the former one, or choose the devices anew.`,
    ),
};
