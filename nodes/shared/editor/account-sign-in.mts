/**
 * Signing in: opens the authorise page and waits for the user to bring back the address the browser was sent to. That page usually
 * fails to open, which does not matter: what counts stands in its address.
 */

import { type KnownAccount, type PendingSignIn, pasteAddress, signIn } from './account-api.mts';
import { ApiError } from './api.mts';
import { element, freshId, icon } from './elements.mts';
import { countdown } from './moments.mts';
import { problemText } from './words.mts';

export interface SignInPart {
  readonly element: HTMLElement;
  readonly isWaiting: () => boolean;
  start(): Promise<void>;
  /** The sign-in is over, because it worked or because something else ended it. */
  end(): void;
  /** Called every second. */
  tick(): void;
}

export interface SignInOptions {
  readonly node: EditorNode;
  /** The address was good: the account as it is now. */
  readonly onSignedIn: (account: KnownAccount) => void;
}

export function makeSignIn({ node, onSignedIn }: SignInOptions): SignInPart {
  const words = node._;
  let pending: { readonly url: string; readonly until: number } | undefined;
  let isAsking = false;

  const fieldId = freshId();
  const hintId = freshId();
  const field = element('input', {
    type: 'text',
    id: fieldId,
    class: 'lumiot-paste',
    autocomplete: 'off',
    spellcheck: 'false',
    placeholder: 'http://…?code=…&state=…',
    'aria-describedby': hintId,
  });
  const finish = element('button', { type: 'button', class: 'red-ui-button lumiot-paste-button' }, words('signIn.finish'));
  const link = element('a', { target: '_blank', rel: 'noopener noreferrer' }, words('signIn.again'));
  const left = element('span', { class: 'lumiot-left' });
  const hint = element('div', { class: 'lumiot-account-hint', id: hintId, role: 'status' });
  const waiting = element(
    'div',
    { class: 'lumiot-waiting', hidden: true },
    element('ol', {}, ...[1, 2, 3].map((step) => element('li', {}, words(`signIn.step${step}`)))),
    element('label', { for: fieldId }, icon('clipboard'), ` ${words('signIn.address')}`),
    element('span', { class: 'lumiot-field' }, field, finish),
    element('div', { class: 'lumiot-account-hint' }, left, ' · ', link),
  );

  const say = (text: string, kind: 'plain' | 'good' | 'bad' = 'plain', detail = ''): void => {
    hint.replaceChildren(text);
    if (detail !== '') hint.append(element('div', {}, detail));
    hint.classList.toggle('lumiot-good', kind === 'good');
    hint.classList.toggle('lumiot-bad', kind === 'bad');
  };
  const complain = (error: unknown): void => {
    const { code, message } = error instanceof ApiError ? error : { code: 'OTHER', message: String(error) };
    say(problemText(words, code), 'bad', message);
  };
  const end = (): void => {
    pending = undefined;
    waiting.hidden = true;
    field.value = '';
  };

  const start = async (): Promise<void> => {
    if (isAsking) return;
    isAsking = true;
    // Opened in the press of the button: later the browser would take it for a pop-up.
    const page = window.open('', '_blank');
    say(words('signIn.opening'));
    try {
      const answer = await signIn(node.id);
      const address = new URL(answer.url);
      if (address.protocol !== 'https:' && address.protocol !== 'http:') throw new Error(words('problem.other'));
      pending = { url: address.href, until: momentOf(answer) };
      link.href = address.href;
      if (page) {
        page.opener = null;
        page.location.replace(address.href);
      }
      waiting.hidden = false;
      say(page ? '' : words('signIn.blocked'));
      tick();
      field.focus();
    } catch (error) {
      page?.close();
      complain(error);
    } finally {
      isAsking = false;
    }
  };

  const submit = async (): Promise<void> => {
    const address = field.value.trim();
    if (isAsking || pending === undefined) return;
    const wrong = wrongWith(address, pending.url);
    if (wrong !== undefined) return say(words(`signIn.${wrong}`), 'bad');
    isAsking = true;
    finish.disabled = true;
    say(words('signIn.checking'));
    try {
      const account = await pasteAddress(node.id, address);
      end();
      say(words('signIn.done'), 'good');
      onSignedIn(account);
    } catch (error) {
      // The server has dropped this sign-in: the code was used or is too old, or the user refused.
      if (error instanceof ApiError && error.code === 'LOGIN_NEEDED') end();
      complain(error);
    } finally {
      isAsking = false;
      finish.disabled = false;
    }
  };

  const tick = (): void => {
    if (pending === undefined) return;
    const time = countdown(pending.until);
    if (time !== '') {
      left.textContent = words('signIn.left', { time });
      return;
    }
    end();
    say(words('signIn.expired'), 'bad');
  };

  finish.addEventListener('click', () => void submit());
  field.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    void submit();
  });
  // An address that was pasted needs no button.
  field.addEventListener('paste', () => window.setTimeout(() => void submit(), 0));

  return { element: element('div', {}, waiting, hint), isWaiting: () => pending !== undefined, start, end, tick };
}

/** What can be seen without the server: the user refused, it is no answer at all, or one to another sign-in. */
function wrongWith(address: string, authorise: string): 'empty' | 'denied' | 'noCode' | 'otherState' | undefined {
  if (address === '') return 'empty';
  // A bare code has no parameters; the server knows what to do with it.
  if (!address.includes('=')) return /^[\w.-]+$/.test(address) ? undefined : 'noCode';
  const sent = new URLSearchParams(address.slice(address.search(/[?#]/) + 1));
  if (sent.has('error')) return 'denied';
  if (!sent.has('code')) return 'noCode';
  const expected = new URL(authorise).searchParams.get('state');
  return expected !== null && sent.get('state') !== expected ? 'otherState' : undefined;
}

function momentOf({ expiresAt }: PendingSignIn): number {
  return typeof expiresAt === 'number' ? expiresAt : Date.parse(expiresAt);
}
