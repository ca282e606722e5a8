/** Why a file is not taken, in sentences that say what to do. None repeats anything of the file's content. */

import { LumiotError } from '../../home/errors';

export function refusal(sentence: string): LumiotError {
  return new LumiotError('BAD_INPUT', sentence);
}

/** An encrypted backup without its password, or with another one: ask for it, and try again with the same file. */
export class BackupPasswordError extends LumiotError {
  readonly password: 'missing' | 'wrong';

  constructor(password: 'missing' | 'wrong') {
    super('BAD_INPUT', passwordSentences[password]);
    this.name = 'BackupPasswordError';
    this.password = password;
  }
}

const passwordSentences = {
  missing: 'This Android backup is encrypted. Enter the password that was chosen on the phone when the backup was made.',
  wrong:
    'This password does not open the Android backup. Enter the one that was chosen on the phone when the backup was made; if it is certainly right, the file is damaged, so copy it once more.',
};

/** What happened to a backup on its way. */
export const backupTroubles = {
  truncated: 'This Android backup was cut short. Copy it from the phone or computer once more, and compare the sizes of both files.',
  damaged: 'This Android backup is damaged. Copy it once more as a binary file, or make it anew.',
  lineEnds:
    'The line ends of this Android backup were changed on the way (LF became CRLF), which destroys it. Make it with "adb backup -f backup.ab" rather than through a shell, or copy it in binary mode.',
};

export function tooMuchUnpacked(limit: string): LumiotError {
  return refusal(
    `This Android backup unpacks to more than ${limit}, so it is not read further. Make a backup of the app alone: "adb backup -noapk com.xiaomi.smarthome -f backup.ab".`,
  );
}
