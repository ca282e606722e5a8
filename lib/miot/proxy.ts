/** Which proxy a URL goes through, by the variables that everything on a host shares: `https_proxy`, `http_proxy`, `all_proxy`, `no_proxy`. */

import { BlockList, isIP } from 'node:net';

type Variables = Readonly<Record<string, string | undefined>>;

/** The proxy's URL, or undefined for a direct way. An unreadable variable is no proxy, and neither is one that speaks no HTTP. */
export function proxyFor(url: string, env: Variables): string | undefined {
  const { protocol, hostname, port } = new URL(url);
  if (isExempt(hostname.toLowerCase(), port || (protocol === 'https:' ? '443' : '80'), variable(env, 'no_proxy'))) return undefined;
  const proxy = variable(env, `${protocol.slice(0, -1)}_proxy`) || variable(env, 'all_proxy');
  if (proxy === '') return undefined;
  const complete = proxy.includes('://') ? proxy : `http://${proxy}`;
  return URL.canParse(complete) && /^https?:\/\//i.test(complete) ? complete : undefined;
}

/** `no_proxy` holds hosts, domains (`.example.org`, `*.example.org`, `example.org`), each with a port or without, and networks (`10.0.0.0/8`); `*` is everything. */
function isExempt(host: string, port: string, list: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '');
  return list
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*') return true;
      if (entry.includes('/')) return isInNetwork(bare, entry);
      // Of an IPv6 address the colons are no ports, unless it stands in brackets.
      const [, name = entry, itsPort] = /^(\[.+\]|[^:]+):(\d+)$/.exec(entry) ?? [];
      if (itsPort !== undefined && itsPort !== port) return false;
      const domain = name
        .toLowerCase()
        .replace(/^\[|\]$/g, '')
        .replace(/^\*?\.?/, '');
      return domain !== '' && (bare === domain || bare.endsWith(`.${domain}`));
    });
}

function isInNetwork(host: string, network: string): boolean {
  const family = isIP(host);
  const [, address = '', bits = ''] = /^\[?([\da-f.:]+)\]?\/(\d{1,3})$/i.exec(network) ?? [];
  if (family === 0 || isIP(address) !== family || Number(bits) > (family === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  const type = family === 4 ? 'ipv4' : 'ipv6';
  list.addSubnet(address, Number(bits), type);
  return list.check(host, type);
}

function variable(env: Variables, name: string): string {
  return (env[name] ?? env[name.toUpperCase()] ?? '').trim();
}
