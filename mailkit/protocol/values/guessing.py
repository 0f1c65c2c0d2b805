"""What people of many languages call the mailboxes for special uses, for servers that do not tell."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from mailkit.protocol.values.special_use import SpecialUse

# One row a language: what clients and providers call these mailboxes in it. Of several names for one use, the first in
# the table wins. What is junk to one provider and trash to another is left out: a wrong guess at the trash loses mail.
_USES: Final = (SpecialUse.SENT, SpecialUse.DRAFTS, SpecialUse.TRASH, SpecialUse.JUNK, SpecialUse.ARCHIVE)
_NAMES: Final = (
    # English
    ("Sent|Sent Items|Sent Messages|Sent Mail", "Drafts|Draft",
     "Trash|Deleted Items|Deleted Messages|Bin|Deleted|Wastebasket",
     "Junk|Spam|Junk Email|Junk E-mail|Junk Mail|Bulk Mail",
     "Archive|Archives|Archived"),
    # German
    ("Gesendet|Gesendete Objekte|Gesendete Elemente|Gesendete Nachrichten", "Entwürfe|Entwurf",
     "Papierkorb|Gelöschte Objekte|Gelöschte Elemente|Gelöscht",
     "Junk-E-Mail|Spamverdacht|Unerwünscht", "Archiv"),
    # French
    ("Envoyés|Éléments envoyés|Messages envoyés|Courrier envoyé", "Brouillons|Brouillon",
     "Corbeille|Éléments supprimés|Messages supprimés",
     "Indésirables|Courrier indésirable|Pourriel", "Archives|Archivés"),
    # Spanish
    ("Enviados|Elementos enviados|Mensajes enviados|Correo enviado", "Borradores|Borrador",
     "Papelera|Elementos eliminados|Eliminados", "Correo no deseado|No deseado|Correo basura", "Archivo|Archivados"),
    # Italian
    ("Posta inviata|Inviati|Inviata", "Bozze|Bozza",
     "Cestino|Posta eliminata|Eliminati", "Posta indesiderata|Indesiderata", "Archivio|Archiviati"),
    # Portuguese
    ("Itens enviados|Mensagens enviadas|Enviadas|Correio enviado", "Rascunhos|Rascunho",
     "Lixeira|Itens excluídos|Itens eliminados|Lixo|Reciclagem",
     "Lixo eletrônico|Lixo eletrónico|Correio eletrónico não solicitado",
     "Arquivo|Arquivados|Arquivo morto"),
    # Dutch
    ("Verzonden|Verzonden items|Verzonden berichten", "Concepten|Concept",
     "Prullenbak|Prullenmand|Verwijderde items|Verwijderd",
     "Ongewenst|Ongewenste e-mail|Ongewenste reclame", "Archief"),
    # Swedish
    ("Skickat|Skickade|Skickade objekt|Skickade meddelanden", "Utkast",
     "Papperskorgen|Papperskorg|Borttaget|Borttagna objekt", "Skräppost", "Arkiv|Arkiverat"),
    # Danish
    ("Sendt|Sendt post|Sendte elementer", "Kladder|Udkast",
     "Papirkurv|Slettet post|Slettede elementer", "Uønsket|Uønsket post|Uønsket mail", "Arkiv|Arkiveret"),
    # Norwegian
    ("Sendte elementer|Sendte meldinger|Sendte", "Utkast|Kladd",
     "Papirkurv|Slettede elementer", "Søppelpost|Uønsket e-post", "Arkiv"),
    # Finnish
    ("Lähetetyt|Lähetetyt viestit", "Luonnokset",
     "Roskakori|Poistetut|Poistetut viestit", "Roskaposti", "Arkisto|Arkistoidut"),
    # Polish
    ("Wysłane|Elementy wysłane|Wiadomości wysłane", "Szkice|Wersje robocze|Kopie robocze|Robocze",
     "Kosz|Elementy usunięte|Usunięte", "Wiadomości-śmieci|Niechciane", "Archiwum"),
    # Czech
    ("Odeslané|Odeslaná pošta|Odeslané zprávy", "Koncepty|Rozepsané",
     "Koš|Odstraněná pošta|Smazané", "Nevyžádaná pošta|Nevyžádané", "Archiv"),
    # Slovak
    ("Odoslané|Odoslaná pošta|Odoslané správy", "Koncepty|Rozpísané",
     "Kôš|Odstránená pošta|Odstránené", "Nevyžiadaná pošta|Nevyžiadané", "Archív"),
    # Hungarian
    ("Elküldött|Elküldött elemek|Elküldött üzenetek", "Piszkozatok|Vázlatok",
     "Kuka|Törölt elemek|Lomtár", "Levélszemét", "Archívum"),
    # Romanian
    ("Trimise|Elemente trimise|Mesaje trimise", "Ciorne|Schițe",
     "Coș de gunoi|Elemente șterse|Gunoi", "Mesaje nedorite|E-mail nedorit", "Arhivă"),
    # Russian
    ("Отправленные", "Черновики|Черновик",
     "Корзина|Удаленные|Удалённые", "Спам|Нежелательная почта", "Архив"),
    # Ukrainian
    ("Надіслані|Відправлені", "Чернетки",
     "Кошик|Смітник|Видалені", "Небажана пошта", "Архів"),
    # Greek
    ("Απεσταλμένα|Σταλμένα", "Πρόχειρα",
     "Κάδος απορριμμάτων|Απορρίμματα|Διαγραμμένα", "Ανεπιθύμητα|Ανεπιθύμητη αλληλογραφία", "Αρχείο"),
    # Turkish
    ("Gönderilmiş|Gönderilmiş Öğeler|Gönderilenler|Gönderilmiş Postalar", "Taslaklar|Taslak",
     "Çöp Kutusu|Çöp|Silinmiş Öğeler", "Önemsiz|Önemsiz E-posta|Gereksiz", "Arşiv"),
    # Croatian, Slovene
    ("Poslano|Poslane stavke|Poslana pošta", "Skice|Osnutki",
     "Smeće|Izbrisane stavke|Koš za smeti", "Neželjena pošta|Neželena pošta", "Arhiva|Arhiv"),
    # Catalan
    ("Enviats|Elements enviats", "Esborranys",
     "Paperera|Elements suprimits", "Correu brossa|Brossa", "Arxiu"),
    # Japanese
    ("送信済み|送信済みアイテム|送信済みメール|送信済みトレイ", "下書き",
     "ごみ箱|ゴミ箱|削除済みアイテム", "迷惑メール", "アーカイブ"),
    # Chinese, simplified and traditional
    ("已发送|已发送邮件|已发邮件|寄件備份|已傳送的郵件|寄件匣", "草稿|草稿箱|草稿匣",
     "已删除|已删除邮件|废件箱|垃圾桶|刪除的郵件", "垃圾邮件|垃圾郵件|廣告郵件", "归档|存档|封存"),
    # Korean
    ("보낸 편지함|보낸편지함|보낸 메일함|보낸메일함", "임시보관함|임시 보관함",
     "휴지통|지운 편지함|지운편지함", "스팸|스팸함|스팸메일함|정크 메일", "보관함|보관"),
    # Hebrew, Arabic
    ("נשלח|דואר שנשלח|المرسل|البريد المرسل", "טיוטות|المسودات|مسودات",
     "אשפה|פריטים שנמחקו|المهملات|سلة المهملات", "דואר זבל|البريد غير الهام|البريد العشوائي", "ארכיון|الأرشيف"),
)  # fmt: skip


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold().strip()


_RANKS: Final[dict[str, tuple[int, SpecialUse]]] = {}
for _row in _NAMES:
    for _use, _called in zip(_USES, _row, strict=True):
        for _name in _called.split("|"):
            _RANKS.setdefault(_folded(_name), (len(_RANKS), _use))

_LEVELS: Final = re.compile(r"[/.]")


def guess(names: Iterable[str], delimiter: str | None = None) -> dict[SpecialUse, str]:
    r"""Which of these mailboxes are called what people call the trash, the sent mail, drafts, junk or the archive.

    For servers that do not tell (RFC 6154): a name is compared at its last level, without case, with what clients and
    providers use in some thirty languages. Of several candidates the one nearest to the top wins, then the one whose
    name comes first in the table. Uses without a candidate are missing in the answer. Without a `delimiter`, levels
    end at `/` or `.`.
    """
    found: dict[SpecialUse, tuple[int, int, str]] = {}
    for name in names:
        levels = _LEVELS.split(name) if delimiter is None else name.split(delimiter)
        rank, use = _RANKS.get(_folded(levels[-1]), (0, None))
        if use is None:
            continue
        candidate = (len(levels), rank, name)
        found[use] = min(found.get(use, candidate), candidate)
    return {use: name for use, (_, _, name) in found.items()}
