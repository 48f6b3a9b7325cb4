import { html, type Html } from './html.ts'

/** A plain table that scrolls by itself where it is too wide; by keyboard, too. */
export function renderTable(label: string, columns: readonly string[], rows: readonly Html[]): Html {
  const head = columns.map((column) => html`<th scope="col">${column}</th>`)
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${label}">
    <table class="plain">
      <thead>
        <tr>
          ${head}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`
}
