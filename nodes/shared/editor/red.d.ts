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

declare const RED: {
  readonly nodes: {
    registerType(type: string, definition: EditorDefinition & ThisType<EditorNode>): void;
    node(id: string): EditorNode | null | undefined;
    eachNode(visit: (node: EditorNode) => void): void;
  };
  readonly view: { redraw(updateActive?: boolean): void };
  readonly events: { on(event: string, listener: () => void): void };
};
