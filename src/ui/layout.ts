import { formatTime } from '../api/format.ts'
import { plainText } from '../domain/words/plain-text.ts'
import type { Since } from './board.ts'
import { html, type Html } from './html.ts'
import { KEDGE_ICON, SPRITE } from './icons.ts'

export interface Page {
  title: string
  body: Html
  /** Epoch milliseconds: what the lengths of time on the page count up to. */
  now: number
  /** Newest record of the ledger, when there is one. */
  ledgerHead: { sequence: number; hash: string } | undefined
  /** Who leads each cluster; empty where one process leads all. */
  leaders: readonly { cluster: string; holder: string | undefined; isOwn: boolean }[]
}

/** A whole document. Works without a script; with one, it keeps itself fresh. */
export function renderPage({ title, body, now, ledgerHead, leaders }: Page): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · Kedge</title>
        <link rel="icon" href="/assets/kedge.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/assets/kedge.css" />
        <script type="module" src="/assets/refresh.js"></script>
        <noscript><meta http-equiv="refresh" content="30" /></noscript>
      </head>
      <body>
        ${SPRITE}<a class="skip" href="#main">Skip to the content</a>
        <header class="bar">
          <div class="inner">
            <a class="brand" href="/">${KEDGE_ICON}<span>Kedge</span></a>
            <p class="claim">what Git wants <b>=</b> what the cluster runs</p>
            <nav aria-label="Pages of Kedge">
              <a href="/">Board</a>
              <a href="/releases">Releases</a>
              <a href="/storms">Storms</a>
              <a href="/quarantines">Quarantine</a>
              <a href="/ledger">Ledger</a>
              <a class="rare" href="/api/v1/rollouts">API</a>
              <a class="rare" href="/metrics">Metrics</a>
              <a class="rare" href="/readyz">Readiness</a>
            </nav>
          </div>
        </header>
        <p class="offline" id="offline" role="status" hidden>Kedge does not answer. What you see is old.</p>
        <main class="inner" id="main" data-now="${now}">${body}</main>
        <footer class="inner foot">As of ${renderTime(now)}. ${renderHead(ledgerHead)} ${leaders.map(renderLeader)}</footer>
      </body>
    </html> `.markup
}

function renderHead(head: Page['ledgerHead']): Html {
  if (!head) return html`<span>Check the ledger with <code>kedge ledger verify</code>.</span>`
  const newest = html`<code title="${head.hash}">${head.hash.slice(0, 12)}</code>`
  return html`<span>Ledger</span> <b>${head.sequence}</b> records, newest ${newest}`
}

function renderLeader({ cluster, holder, isOwn }: Page['leaders'][number]): Html {
  const who = holder === undefined ? 'nobody for now' : `${plainText(holder, 80)}${isOwn ? ', which shows this page' : ''}`
  return html`<span>· ${plainText(cluster, 80)} is led by <b>${who}</b></span>`
}

/** A moment with its date: in UTC, which the script makes the reader's own time with UTC on hover. Epoch milliseconds. */
export function renderTime(at: number): Html {
  const time = formatTime(at)
  return html`<time datetime="${time}" data-at="${at}">${time.replace('T', ' ').replace('Z', ' UTC')}</time>`
}

/** A length of time that the script keeps counting. */
export function renderSince(since: Since | undefined): Html {
  if (!since) return html`<span class="none">–</span>`
  const begun = formatTime(since.at)
  return html`<time datetime="${begun}" data-since="${since.at}" title="since ${begun}">${since.text}</time>`
}
