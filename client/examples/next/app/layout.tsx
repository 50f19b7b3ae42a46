import type { ReactNode } from 'react';
import { Session } from './session.tsx';

export default function Layout({ children }: { readonly children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <main>
          <Session>{children}</Session>
        </main>
      </body>
    </html>
  );
}
