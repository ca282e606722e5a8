/** The part of the editor's global `RED` that the dialogs use; @types/node-red describes an older one and is loose. */

type Words = (key: string, values?: Readonly<Record<string, unknown>>) => string;

/** A node while it is edited. Its settings stand beside these under the names of its `defaults`. */
interface EditorNode {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly _: Words;
  readonly changed?: boolean;
  readonly credentials?: Readonly<Record<string, unknown>>;
  dirty?: boolean;
  resize?: boolean;
  readonly [setting: string]: unknown;
}

interface EditorDefault {
  readonly value: unknown;
  readonly required?: boolean;
  readonly type?: string;
  readonly validate?: (this: EditorNode, value: unknown) => boolean | string;
}

interface EditorDefinition {
  readonly category: string;
  readonly color?: string;
  readonly icon?: string;
  readonly inputs?: 0 | 1;
  readonly outputs?: number;
  readonly defaults: Readonly<Record<string, EditorDefault>>;
  readonly credentials?: Readonly<Record<string, { readonly type: 'text' | 'password' }>>;
  readonly paletteLabel?: string | ((this: EditorNode) => string);
  readonly label?: string | ((this: EditorNode) => string);
  readonly labelStyle?: string | ((this: EditorNode) => string);
  readonly inputLabels?: string | ((this: EditorNode, index: number) => string);
  readonly outputLabels?: string | ((this: EditorNode, index: number) => string);
  readonly oneditprepare?: (this: EditorNode) => void;
  readonly oneditsave?: (this: EditorNode) => void;
  /** Also of a config node; one that was to be added is no more than its id. */
  readonly oneditcancel?: (this: Pick<EditorNode, 'id'>) => void;
  readonly oneditresize?: (this: EditorNode, size: { readonly width: number; readonly height: number }) => void;
}

/** Options of the editor's own list widget (`jQuery.fn.editableList`). */
interface EditableListOptions<Row> {
  readonly addItem: (container: JQuery, index: number, row: Row) => void;
  readonly addButton?: boolean | string;
  readonly removable?: boolean;
  readonly sortable?: boolean;
  readonly height?: number | 'auto';
  readonly header?: JQuery;
}

interface JQuery<TElement = HTMLElement> {
  editableList<Row>(options: EditableListOptions<Row>): this;
  editableList(command: 'addItem', row: unknown): this;
}

interface JQuery<TElement = HTMLElement> {
  searchBox(options: { readonly style?: 'compact'; readonly delay?: number; readonly change?: () => void }): this;
  draggable(options: DraggableOptions): this;
}

/** The part of jQuery UI's draggable that the sidebar uses. */
interface DraggableOptions {
  readonly helper: () => JQuery;
  readonly appendTo: string;
  readonly cancel?: string;
  readonly distance?: number;
  readonly scroll?: boolean;
  readonly zIndex?: number;
  readonly cursorAt?: { readonly left: number; readonly top: number };
  readonly start?: () => void;
  readonly stop?: (event: JQuery.Event) => void;
}

interface EditorPlugin {
  readonly type?: string;
  readonly onadd: (this: EditorPlugin & { readonly _: Words }) => void;
}

interface SidebarTab {
  readonly id: string;
  readonly name: string;
  readonly label: string;
  readonly content: HTMLElement;
  readonly iconClass?: string;
  /** Usable while a dialog is open. */
  readonly enableOnEdit?: boolean;
  readonly action?: string;
}

/** One step that can be undone. */
type HistoryEvent =
  | { readonly t: 'add'; readonly nodes: readonly string[]; readonly dirty: boolean }
  | {
      readonly t: 'edit';
      readonly node: EditorNode;
      /** The settings as they were. */
      readonly changes: Readonly<Record<string, unknown>>;
      readonly changed: boolean;
      readonly dirty: boolean;
    };

declare const RED: {
  readonly nodes: {
    registerType(type: string, definition: EditorDefinition & ThisType<EditorNode>): void;
    node(id: string): EditorNode | null | undefined;
    eachNode(visit: (node: EditorNode) => void): void;
    eachConfig(visit: (node: EditorNode) => void): void;
    getType(type: string): (EditorDefinition & { readonly _: Words }) | undefined;
    add(node: EditorNode, options?: { readonly source: string }): EditorNode;
    dirty(isDirty?: boolean): boolean;
  };
  readonly view: {
    redraw(updateActive?: boolean, isAtOnce?: boolean): void;
    createNode(type: string, x: number, y: number): { readonly node: EditorNode; readonly historyEvent: HistoryEvent };
    select(selection: { readonly nodes: readonly EditorNode[] }): void;
    scale(): number;
    focus(): void;
    reveal(id: string): void;
    readonly snapGrid: boolean;
    readonly tools: { calculateGridSnapOffsets?(node: EditorNode): { readonly x: number; readonly y: number } };
  };
  readonly events: { on(event: string, listener: (node?: EditorNode) => void): void; emit(event: string, node: EditorNode): void };
  readonly plugins: { registerPlugin(id: string, plugin: EditorPlugin): void };
  readonly sidebar: { addTab(tab: SidebarTab): void; show(id: string): void };
  readonly actions: { add(id: string, run: () => void): void };
  readonly comms: {
    subscribe(topic: string, listener: (topic: string, message: unknown) => void): void;
    unsubscribe(topic: string, listener: (topic: string, message: unknown) => void): void;
    on?(event: 'connect', listener: () => void): void;
  };
  readonly history: { push(event: HistoryEvent): void };
  readonly editor: { editConfig(name: string, type: string, id: string, prefix: string): void; validateNode(node: EditorNode): void };
  readonly workspaces: { active(): string | 0; isLocked(id?: string): boolean };
  readonly user: { hasPermission(permission: string): boolean };
  readonly i18n: { lang(): string };
  notify(text: string, options: { readonly type: 'success' | 'warning' | 'error'; readonly timeout?: number }): unknown;
};
