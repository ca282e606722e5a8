/** The account in its dialog: where its sign-in stands, what it has, how long its token lives; and the buttons for all that. Live. */

import { getAccount, type KnownAccount, refreshNow, signOut } from './account-api.mts';
import { accountOf, loadAccount, watchAccounts } from './account-home.mts';
import { isStoreKeyDeployed } from './account-settings.mts';
import { makeSignIn } from './account-sign-in.mts';
import { ApiError } from './api.mts';
import { element, fieldOf, icon } from './elements.mts';
import { momentText } from './moments.mts';
import { problemText } from './words.mts';

const prefix = 'node-config-input';
const TICK_MS = 1_000;
const grant = ['region', 'clientId', 'redirectUrl'] as const;
const facts = ['uid', 'homes', 'devices', 'validUntil', 'refreshedAt', 'refreshAt', 'push'] as const;

/** Which colour a phase has. */
const colours: Readonly<Record<KnownAccount['phase'], string>> = {
  local: '',
  loading: '',
  unconfigured: '',
  'signed-out': '',
  connected: 'lumiot-good',
  refreshing: 'lumiot-good',
  degraded: 'lumiot-warn',
  'sign-in-needed': 'lumiot-bad',
};

export function addAccountPanel(node: EditorNode): void {
  const place = document.getElementById('lumiot-account');
  if (!place) return;
  const words = node._;
  let account: KnownAccount | undefined;
  let problem: ApiError | undefined;
  let isBusy = false;
  let isConfirming = false;
  /** Of the account when the sign-in began. */
  let before: KnownAccount | undefined;

  const phase = element('span', { class: 'lumiot-account-phase', role: 'status' });
  const trouble = element('div', { class: 'lumiot-account-hint' });
  const cells = new Map(
    facts.map((fact) => [fact, { name: element('dt', {}, words(`account.${fact}`)), value: element('dd', { 'data-fact': fact }) }]),
  );
  const table = element('dl', { class: 'lumiot-facts' }, ...[...cells.values()].flatMap(({ name, value }) => [name, value]));
  const button = (name: string, iconName: string, run: () => void): HTMLButtonElement => {
    const made = element('button', { type: 'button', class: 'red-ui-button', id: `lumiot-${name}` }, icon(iconName), ' ', element('span'));
    made.addEventListener('click', run);
    return made;
  };
  const label = (made: HTMLButtonElement, text: string): void => {
    const at = made.lastElementChild;
    if (at && at.textContent !== text) at.textContent = text;
  };
  const signInButton = button('sign-in', 'sign-in', () => {
    before = account;
    say('');
    void part.start();
  });
  const refreshButton = button('refresh', 'refresh', () => void refresh());
  const signOutButton = button('sign-out', 'sign-out', () => confirm(true));
  const confirmButton = button('sign-out-confirm', 'sign-out', () => void leave());
  const cancelButton = button('sign-out-cancel', 'times', () => confirm(false));
  label(refreshButton, words('account.refresh'));
  label(signOutButton, words('account.signOut'));
  label(confirmButton, words('account.signOut'));
  label(cancelButton, words('account.cancel'));
  const buttons = element('div', { class: 'lumiot-account-buttons' }, signInButton, refreshButton, signOutButton);
  const question = element(
    'div',
    { class: 'lumiot-account-buttons', hidden: true, role: 'group' },
    element('p', {}, words('account.sure')),
    confirmButton,
    cancelButton,
  );
  const why = element('div', { class: 'lumiot-account-hint lumiot-why' });
  const note = element('div', { class: 'lumiot-account-hint lumiot-note', role: 'status' });
  const part = makeSignIn({ node, onSignedIn: (now) => arrived(now) });
  place.append(element('h4', {}, words('account.title')), phase, trouble, table, why, buttons, question, part.element, note);

  const typed = (setting: string): string => fieldOf(setting, prefix)?.value.trim() ?? '';

  /** Why nobody can sign in now; '' when they can. */
  const obstacle = (): string => {
    if (problem?.status === 404) return words('account.why.notDeployed');
    if (account === undefined) return problem ? problemText(words, problem.code) : words('device.loading');
    if (!account.hasStoreKey || !isStoreKeyDeployed()) return words('account.why.storeKey');
    const { settings } = account;
    const isChanged = grant.some((setting) => !typed(setting).includes('${') && typed(setting) !== settings[setting]);
    if (isChanged) return words('account.why.changed');
    return typed('clientId') === '' || typed('redirectUrl') === '' ? words('account.why.missing') : '';
  };

  const draw = (): void => {
    const reason = obstacle();
    const isSignedIn = account !== undefined && ['connected', 'refreshing', 'degraded'].includes(account.phase);
    const isKnown = account !== undefined && account.uid !== null && account.phase !== 'signed-out';
    setText(phase, account ? words(`account.phase.${account.phase}`) : words('account.phase.unknown'));
    for (const name of ['lumiot-good', 'lumiot-warn', 'lumiot-bad']) {
      for (const part of [phase, trouble]) part.classList.toggle(name, account !== undefined && colours[account.phase] === name);
    }
    // A sign-in nobody has made yet is no trouble, and what is missing is said below.
    const isTrouble = account?.error !== undefined && account.phase !== 'signed-out' && reason === '';
    const message = isTrouble ? (account?.error?.message ?? '') : '';
    setText(trouble, note.lastElementChild?.textContent === message ? '' : message);
    table.hidden = !isSignedIn && !isKnown;
    if (account) for (const [fact, { value }] of cells) setText(value, factText(words, account, fact));
    setText(why, reason || emptyText(words, account));
    why.classList.toggle('lumiot-warn', reason === '' && why.textContent !== '');
    label(signInButton, words(isSignedIn ? 'account.signInAgain' : 'account.signIn'));
    signInButton.disabled = reason !== '' || isBusy;
    refreshButton.hidden = signOutButton.hidden = !isSignedIn && !isKnown;
    refreshButton.disabled = isBusy || !isSignedIn;
    signOutButton.disabled = isBusy;
    buttons.hidden = isConfirming;
    question.hidden = !isConfirming;
  };

  const say = (text: string, kind: 'plain' | 'good' | 'bad' = 'plain', detail = ''): void => {
    note.replaceChildren(text);
    if (detail !== '') note.append(element('div', {}, detail));
    note.classList.toggle('lumiot-good', kind === 'good');
    note.classList.toggle('lumiot-bad', kind === 'bad');
  };

  const confirm = (isAsked: boolean): void => {
    isConfirming = isAsked;
    draw();
    (isAsked ? cancelButton : signOutButton).focus();
  };

  /** The account as the server told it. */
  const take = (now: KnownAccount): void => {
    const was = account;
    account = now;
    problem = undefined;
    // The callback may have ended a sign-in that waits here.
    const isNew = now.phase === 'connected' && (was?.phase === 'signed-out' || was?.phase === 'sign-in-needed' || was?.uid !== now.uid);
    if (part.isWaiting() && isNew) {
      part.end();
      say(words('signIn.done'), 'good');
      warnOfOther(now);
    }
    draw();
  };

  const arrived = (now: KnownAccount): void => {
    say('');
    take(now);
    warnOfOther(now);
    void loadAccount(node.id);
  };

  const warnOfOther = (now: KnownAccount): void => {
    if (before?.uid && now.uid && before.uid !== now.uid) say(words('account.other', { uid: before.uid }), 'bad');
  };

  const load = async (): Promise<void> => {
    try {
      take(await getAccount(node.id));
    } catch (error) {
      problem = error instanceof ApiError ? error : new ApiError({ code: 'OTHER', message: String(error) }, 0);
      if (problem.status === 404) account = undefined;
      draw();
    }
  };

  const run = async (doing: string, action: () => Promise<string>): Promise<void> => {
    isBusy = true;
    say(words(doing));
    draw();
    try {
      say(words(await action()), 'good');
    } catch (error) {
      const { code, message } = error instanceof ApiError ? error : { code: 'OTHER', message: String(error) };
      say(problemText(words, code), 'bad', message);
    } finally {
      isBusy = false;
      await load();
    }
  };

  const refresh = (): Promise<void> =>
    run('account.refreshing', async () => {
      await refreshNow(node.id);
      return 'account.refreshed';
    });

  const leave = (): Promise<void> => {
    isConfirming = false;
    part.end();
    return run('account.signingOut', async () => {
      await signOut(node.id);
      void loadAccount(node.id);
      return 'account.signedOut';
    });
  };

  for (const setting of grant) {
    const field = fieldOf(setting, prefix);
    field?.addEventListener('input', draw);
    if (field) $(field).on('change', draw);
  }
  watchAccounts({
    isAlive: () => place.isConnected,
    hear: (id) => {
      const home = id === node.id ? accountOf(id) : undefined;
      if (home) take(home.account);
    },
  });
  const timer = window.setInterval(() => {
    if (!place.isConnected) return window.clearInterval(timer);
    part.tick();
    draw();
  }, TICK_MS);
  draw();
  void load();
  void loadAccount(node.id);
}

function factText(words: Words, account: KnownAccount, fact: (typeof facts)[number]): string {
  switch (fact) {
    case 'uid':
      return account.uid ?? '–';
    case 'homes':
      return account.homes.join(', ') || '–';
    case 'devices':
      return String(account.devices);
    case 'push':
      return words(`account.pushState.${account.push}`);
    case 'validUntil':
    case 'refreshedAt':
    case 'refreshAt':
      return momentText(account[fact]);
  }
}

/** A sign-in in the wrong region works and shows an empty home (miot-cloud.md §1.2). */
function emptyText(words: Words, account: KnownAccount | undefined): string {
  if (account?.phase !== 'connected' || account.devices > 0) return '';
  return words('account.empty', { region: words(`region.${account.region}`, { defaultValue: account.region }) });
}

/** Only what differs: what is read out or selected must not be disturbed every second. */
function setText(at: HTMLElement, text: string): void {
  if (at.textContent !== text) at.textContent = text;
}
