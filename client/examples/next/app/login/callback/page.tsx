'use client';
import { LoginCallback } from '@okta/okta-react';

export default function Page() {
  return <LoginCallback />;
}
