import { rolldown } from 'rolldown'
import { openListener, type Listener } from '../../src/http/servers/listener.ts'
import { makeExtension } from '../../tools/argocd-extension/bundle.ts'

/** A page that offers extensions what Argo CD's does, with the React that it has, and its proxy in front of Kedge. */
export interface HostPage extends AsyncDisposable {
  url: string
  /** How the proxy answers from now on: as Argo CD does while Kedge answers, or with a status of its own. */
  proxy: { status: number | 'forward'; asked: string[] }
}

/**
 * Draws the tab, the panel and the flyout of one Application, as argo-cd's `application-details.tsx` and `resource-details.tsx` do. What
 * React complains about in its development build is kept in `window.complaints`.
 */
const PAGE = (application: object, resource: object, theme: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Argo CD</title><base href="/">
<style>body { margin: 0; font-family: sans-serif; ${theme} } header { display: flex; flex-wrap: wrap }</style></head>
<body><main><h1 style="font-size: 18px">Application</h1><header id="panel"></header><div id="tab"></div><div id="flyout"></div></main>
<script>window.complaints = []; console.error = (...said) => window.complaints.push(said.map(String).join(' '))</script>
<script src="/react.js"></script>
<script>
  window.registered = { resources: [], panels: [] }
  window.extensionsAPI = {
    registerResourceExtension: (component, group, kind, title, opts) =>
      registered.resources.push({ component, group, kind, title, ...opts }),
    registerStatusPanelExtension: (component, title, id, flyout) => registered.panels.push({ component, title, id, flyout }),
  }
</script>
<script src="/extensions.js"></script>
<script>
  const application = ${JSON.stringify(application)}
  const draw = (where, element) => ReactDOM.createRoot(document.getElementById(where)).render(element)
  const [tab] = registered.resources, [panel] = registered.panels
  const openFlyout = () => draw('flyout', React.createElement(panel.flyout, { application, tree: {} }))
  draw('panel', React.createElement(panel.component, { application, openFlyout }))
  draw('tab', React.createElement(tab.component, { application, resource: ${JSON.stringify(resource)}, tree: {} }))
</script></body></html>`

/** Headers that Argo CD's proxy refuses a request without (argo-cd `server/extension/extension.go`, ValidateHeaders). */
const NEEDED = ['argocd-application-name', 'argocd-project-name']

/** Opens it in front of the API of a Kedge. `resource`: the Rollout whose tab is shown. */
export async function openHostPage(
  kedge: string,
  { application, resource }: { application: { metadata: { name: string; namespace: string } }; resource: object },
): Promise<HostPage> {
  const scripts: Record<string, string> = {
    '/react.js': await bundleReact(),
    // argo-cd's serveExtensions puts each script into such a block.
    '/extensions.js': `// source: extension-kedge.js\ntry {\n${await makeExtension()}\n} catch(e) { console.error('failed:', e); }\n`,
  }
  const proxy: HostPage['proxy'] = { status: 'forward', asked: [] }
  async function forward(path: string, headers: Record<string, string>): Promise<{ status: number; body: string }> {
    proxy.asked.push(`${path} ${NEEDED.map((name) => headers[name]).join(' ')}`)
    if (NEEDED.some((name) => !headers[name])) return { status: 400, body: 'Invalid headers' }
    if (proxy.status !== 'forward') return { status: proxy.status, body: 'refused' }
    const answer = await fetch(kedge + path, { headers }).catch(() => undefined)
    return answer ? { status: answer.status, body: await answer.text() } : { status: 502, body: '' }
  }
  const listener: Listener = await openListener(
    (request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://argocd')
      const script = scripts[pathname]
      if (script !== undefined) return response.setHeader('Content-Type', 'application/javascript').end(script)
      if (pathname === '/') {
        const theme = searchParams.has('dark') ? 'background: #100f0f; color: #fff' : 'background: #fff; color: #363c4a'
        return response.setHeader('Content-Type', 'text/html').end(PAGE(application, resource, theme))
      }
      if (!pathname.startsWith('/extensions/kedge/')) return response.writeHead(404).end()
      const headers = Object.fromEntries(NEEDED.map((name) => [name, String(request.headers[name] ?? '')]))
      forward(pathname.slice('/extensions/kedge'.length), headers).then(
        ({ status, body }) => response.writeHead(status, { 'Content-Type': 'application/json' }).end(body),
        () => response.destroy(),
      )
    },
    { host: '127.0.0.1', port: 0 },
  )
  return { url: listener.url, proxy, [Symbol.asyncDispose]: () => listener[Symbol.asyncDispose]() }
}

/** The React that Argo CD has as a global of its page, in its development build, which tells what is wrong. */
async function bundleReact(): Promise<string> {
  const source = `import * as React from 'react'; import { createRoot } from 'react-dom/client'
    globalThis.React = React; globalThis.ReactDOM = { createRoot }`
  const virtual = {
    name: 'host',
    resolveId: (id: string) => (id === 'host' ? `${import.meta.dirname}/host.js` : undefined),
    load: (id: string) => (id === `${import.meta.dirname}/host.js` ? source : undefined),
  }
  await using bundle = await rolldown({
    input: 'host',
    platform: 'browser',
    logLevel: 'silent',
    plugins: [virtual],
    transform: { define: { 'process.env.NODE_ENV': '"development"' } },
  })
  const { output } = await bundle.generate({ format: 'iife', codeSplitting: false })
  return output[0].code
}
