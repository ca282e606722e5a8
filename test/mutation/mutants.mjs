// Mutants of one compiled file: each changes one place to what a slip of the pen would have made of it. Texts are left alone, and so is
// everything inside the making of an error.
import { parse } from 'acorn';

const SWAPPED = {
  ...{ '<': '<=', '<=': '<', '>': '>=', '>=': '>', '===': '!==', '!==': '===', '+': '-', '-': '+', '*': '/', '/': '*', '%': '*' },
  ...{ '&&': '||', '||': '&&', '??': '&&', '>>>': '<<', '<<': '>>>', '&': '|', '|': '&', in: '!==' },
};
/** Who is called with a text for people. */
const TELLERS = /^(badInput|complain|refuse|shown|expectation|notWritable|portClosedText|describe|sendError|warn|info|log|error)$/;

/** @returns {{ line: number, what: string, code: string }[]} */
export function mutantsOf(source) {
  const tree = parse(source, { ecmaVersion: 'latest', sourceType: 'script', locations: true });
  const mutants = [];
  const replace = ({ start, end, loc }, by, what) => {
    mutants.push({ line: loc.start.line, what, code: source.slice(0, start) + by + source.slice(end) });
  };
  const textOf = ({ start, end }) => source.slice(start, end);
  walk(tree, undefined, (node, parent) => {
    switch (node.type) {
      case 'BinaryExpression':
      case 'LogicalExpression': {
        const by = SWAPPED[node.operator];
        if (by === undefined || isText(node.left) || isText(node.right)) break;
        replace(node, `((${textOf(node.left)}) ${by} (${textOf(node.right)}))`, `${node.operator} → ${by}`);
        break;
      }
      case 'IfStatement':
      case 'ConditionalExpression':
        for (const value of ['true', 'false']) replace(node.test, `(${value})`, `condition ${textOf(node.test).slice(0, 60)} → ${value}`);
        break;
      case 'WhileStatement':
        replace(node.test, '(false)', 'loop never entered');
        break;
      case 'UnaryExpression':
        if (node.operator === '!') replace(node, `(${textOf(node.argument)})`, 'without !');
        else if (node.operator === '-') replace(node, `(${textOf(node.argument)})`, 'without -');
        break;
      case 'UpdateExpression':
        replace(
          node,
          node.prefix ? `${flip(node.operator)}${textOf(node.argument)}` : `${textOf(node.argument)}${flip(node.operator)}`,
          node.operator,
        );
        break;
      case 'AssignmentExpression':
        if (node.operator === '+=' || node.operator === '-=')
          replace(node, `${textOf(node.left)} ${node.operator === '+=' ? '-=' : '+='} ${textOf(node.right)}`, node.operator);
        break;
      case 'Literal':
        // (0, imported.function)() is how a call is written and void 0 how undefined is: no numbers.
        if (typeof node.value === 'number' && parent.type !== 'SequenceExpression' && parent.operator !== 'void')
          replace(node, `(${node.value + 1})`, `${node.raw} + 1`);
        else if (typeof node.value === 'boolean') replace(node, String(!node.value), `not ${node.raw}`);
        break;
      case 'ExpressionStatement':
        if (node.expression.type === 'CallExpression' || node.expression.type === 'AssignmentExpression')
          replace(node, ';', `without ${textOf(node).slice(0, 60)}`);
        break;
      case 'ReturnStatement':
        if (node.argument && node.argument.operator !== 'void')
          replace(node, 'return undefined;', `return nothing instead of ${textOf(node.argument).slice(0, 60)}`);
        break;
    }
  });
  return mutants;
}

const flip = (operator) => (operator === '++' ? '--' : '++');

function isText(node) {
  return node.type === 'TemplateLiteral' || (node.type === 'Literal' && typeof node.value === 'string' && node.value.length > 12);
}

function walk(node, parent, visit) {
  if (isLeftOut(node)) return;
  visit(node, parent);
  for (const [name, value] of Object.entries(node)) {
    if (name === 'loc') continue;
    for (const child of Array.isArray(value) ? value : [value])
      if (child !== null && typeof child === 'object' && typeof child.type === 'string') walk(child, node, visit);
  }
}

/** Errors and what is told to people; and what the compiler adds at the top of a file. */
function isLeftOut(node) {
  if (node.type === 'NewExpression') return /Error$/.test(node.callee.name ?? node.callee.property?.name ?? '');
  if (node.type === 'ThrowStatement') return true;
  if (node.type === 'TemplateLiteral') return true;
  const text = node.type === 'VariableDeclaration' ? node.declarations[0].id.name : undefined;
  if (text?.startsWith('__') || text?.startsWith('import_')) return true;
  if (node.type === 'CallExpression') {
    const callee = unwrapped(node.callee);
    const name = callee.name ?? callee.property?.name ?? '';
    return TELLERS.test(name) || name.startsWith('__');
  }
  if (node.type === 'ExpressionStatement') {
    const { expression } = node;
    if (expression.type === 'LogicalExpression' && expression.left.raw === '0') return true;
    return expression.type === 'AssignmentExpression' && expression.left.object?.name === 'module';
  }
  return false;
}

const unwrapped = (callee) => (callee.type === 'SequenceExpression' ? callee.expressions[1] : callee);
