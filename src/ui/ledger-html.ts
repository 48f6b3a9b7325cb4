import type { ChainPlace, LedgerAnswer, LedgerLine } from '../api/ledger-contract.ts'
import { plainText } from '../domain/words/plain-text.ts'
import { html, type Html } from './html.ts'
import { toneIcon } from './icons.ts'
import { renderTime } from './layout.ts'
import { renderTable } from './table-html.ts'

/** The body of the page of the ledger: where its chain stands, who vouches for it, and its newest records, a page of them. */
export function renderLedger(answer: LedgerAnswer, isNewest: boolean): Html {
  const { head, items, checkpoints } = answer
  const trouble = checkpoints?.some((one) => one.trouble !== null) ?? false
  const headline = head === null ? 'The ledger has no record yet' : `The ledger has ${count(head, answer.archived)}`
  return html`<h1 class="headline">${toneIcon(trouble ? 'warn' : 'good')}<span>${headline}</span></h1>
    <p class="lead">
      Every release, decision and effect, each record with the hash of the one before it. <code>kedge ledger verify</code> walks the chain;
      a head that you keep elsewhere tells one that was cut off.
    </p>
    <section class="card">
      <h2>The chain</h2>
      <dl class="facts">${factsOf(answer)}</dl>
    </section>
    ${checkpoints !== null && renderCheckpoints(checkpoints)}
    <section class="card">
      <h2>${isNewest ? 'Newest records' : 'Records'}</h2>
      ${renderTable('Records of the ledger', ['Record', 'When', 'What happened', 'Of', 'Who', 'Hash'], items.map(renderLine))}
    </section>
    <nav class="pages" aria-label="Pages">
      ${!isNewest && html`<a href="/ledger" rel="first">← Newest</a>`}
      ${answer.continue !== null && html`<a href="/ledger?continue=${answer.continue}" rel="next">Older →</a>`}
    </nav>`
}

function count({ sequence }: ChainPlace, archived: ChainPlace | null): string {
  const here = sequence - (archived?.sequence ?? 0)
  const words = `${here} ${here === 1 ? 'record' : 'records'}`
  return archived ? `${words}, after ${archived.sequence} that were archived` : words
}

function factsOf({ head, archived, verified }: LedgerAnswer): readonly Html[] {
  return [
    fact('Head', head ? renderHash(head) : html`none`),
    ...(archived ? [fact('Archived up to', renderHash(archived))] : []),
    fact(
      'Last verified',
      verified
        ? html`${renderTime(verified.at)}, by this process:
          ${verified.head ? html`${extentOf(verified.from)} up to ${renderHash(verified.head)}` : html`it had no record`}`
        : html`not by this process`,
    ),
  ]
}

function extentOf(from: ChainPlace | null): Html {
  return from === null
    ? html`whole and unchanged`
    : html`from record <b>${from.sequence + 1}</b> on, while the whole chain is being verified; unchanged`
}

function fact(label: string, value: Html): Html {
  return html`<div>
    <dt>${label}</dt>
    <dd>${value}</dd>
  </div>`
}

function renderHash({ sequence, hash }: ChainPlace): Html {
  return html`record <b>${sequence}</b>, <code class="hash">${hash}</code>`
}

function renderCheckpoints(checkpoints: NonNullable<LedgerAnswer['checkpoints']>): Html {
  const rows = checkpoints.map(
    ({ place, head, trouble }) =>
      html`<tr>
        <td>${plainText(place, 200)}</td>
        <td>${head ? renderHash(head) : html`none by this process yet`}</td>
        <td>${trouble === null ? 'written' : plainText(trouble, 200)}</td>
      </tr>`,
  )
  return html`<section class="card">
    <h2>Signed checkpoints</h2>
    ${rows.length > 0 ? renderTable('Signed checkpoints', ['Place', 'Newest', 'State'], rows) : html`<p>Another replica signs.</p>`}
  </section>`
}

function renderLine({ sequence, at, kind, event, subject, who, release, hash }: LedgerLine): Html {
  const of = plainText(subject, 120)
  return html`<tr>
    <td>${sequence}</td>
    <td>${renderTime(at)}</td>
    <td>${event} <small>${kind}</small></td>
    <td>${release === null ? of : html`<a href="/releases/${encodeURIComponent(release)}">${of}</a>`}</td>
    <td>${who === null ? html`<span class="none">Kedge</span>` : plainText(who, 80)}</td>
    <td><code title="${hash}">${hash.slice(0, 12)}</code></td>
  </tr>`
}
