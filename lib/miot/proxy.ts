/** Which proxy a URL goes through, by the variables that everything on a host shares: `https_proxy`, `http_proxy`, `all_proxy`, `no_proxy`. */

type Variables = Readonly<Record<string, string | undefined>>;

/** The proxy's URL, or undefined for a direct way. An unreadable variable is no proxy. */
export function proxyFor(url: string, env: Variables): string | undefined {
  const { protocol, hostname, port } = new URL(url);
  if (isExempt(hostname.toLowerCase(), port || (protocol === 'https:' ? '443' : '80'), variable(env, 'no_proxy'))) return undefined;
  const proxy = variable(env, `${protocol.slice(0, -1)}_proxy`) || variable(env, 'all_proxy');
  if (proxy === '') return undefined;
  const complete = proxy.includes('://') ? proxy : `http://${proxy}`;
  return URL.canParse(complete) ? complete : undefined;
}

/** `no_proxy` holds hosts, domains (`.example.org`, `*.example.org`, `example.org`), each with a port or without; `*` is everything. */
function isExempt(host: string, port: string, list: string): boolean {
  return list
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*') return true;
      const [, name = entry, itsPort] = /^(.+):(\d+)$/.exec(entry) ?? [];
      if (itsPort !== undefined && itsPort !== port) return false;
      const domain = name.toLowerCase().replace(/^\*?\.?/, '');
      return host === domain || host.endsWith(`.${domain}`);
    });
}

function variable(env: Variables, name: string): string {
  return (env[name] ?? env[name.toUpperCase()] ?? '').trim();
}
