/* html_icons: the shapes that tell the states apart without colour (UX section 1): inline, because a symbol glyph is an
 * empty box in many consoles and remote sessions. */
#include "html_page.h"

#include "own.h"

#define STROKE                                                                                                         \
	"fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.8\" stroke-linecap=\"round\" "                         \
	"stroke-linejoin=\"round\" "
#define OCTAGON "M5.2 1.2h5.6l4 4v5.6l-4 4H5.2l-4-4V5.2z"
#define CROSS "M5.4 5.4l5.2 5.2M10.6 5.4l-5.2 5.2"
#define TRIANGLE "M8 1.8 15 14.2H1z"
#define QUESTION "M4.9 5.4a3.1 3.1 0 1 1 4.6 2.7C8.4 8.8 8 9.3 8 10.4M8 13.6v.2"

static const struct {
	const char *name, *shape;
} icons[] = {
	{ "affected", "<path d=\"" OCTAGON "\" fill=\"currentColor\"/><path class=\"cut\" d=\"" CROSS "\"/>" },
	{ "writers_missing", "<path " STROKE "d=\"" OCTAGON "\"/><path " STROKE "d=\"" CROSS "\"/>" },
	{ "vss_fault",
		"<path d=\"" TRIANGLE "\" fill=\"currentColor\"/><path class=\"cut\" d=\"M8 6.4v3.4M8 12v.1\"/>" },
	{ "fix_pending", "<path " STROKE "d=\"M13.6 8A5.6 5.6 0 1 1 11.6 3.7M11.9.9v3.2H8.8\"/>" },
	{ "at_risk", "<path " STROKE "d=\"" TRIANGLE "\"/>" },
	{ "busy", "<path " STROKE "d=\"M5.2 3v10M10.8 3v10\"/>" },
	{ "shared", "<path " STROKE "d=\"M1.8 1.8h8v8h-8zM6.2 6.2h8v8h-8z\"/>" },
	{ "healthy", "<path " STROKE "d=\"M2.4 8.6l3.8 3.8L13.6 4\"/>" },
	{ "unknown", "<path " STROKE "d=\"" QUESTION "\"/>" },
	{ "unchecked", "<path " STROKE "d=\"" QUESTION "\"/>" },
	{ "unreachable", "<path " STROKE "d=\"M1 8h4M11 8h4M6.6 4.6l-1 6.8M10.4 4.6l-1 6.8\"/>" },
	{ "gone", "<path d=\"" OCTAGON "\" fill=\"currentColor\"/><path class=\"cut\" d=\"" CROSS "\"/>" },
	{ "waived", "<path " STROKE "d=\"M8 1.6 14.4 8 8 14.4 1.6 8z\"/>" },
	{ "regressed", "<path " STROKE "d=\"M2.4 8A5.6 5.6 0 1 0 4.4 3.7M4.1.9v3.2h3.1\"/>" },
};

void html_icons(const struct page *page)
{
	page_put(page, "<svg hidden>");
	FOR_EACH(icon, icons)
		fprintf(page->out, "<symbol id=\"i-%s\" viewBox=\"0 0 16 16\">%s</symbol>", icon->name, icon->shape);
	page_put(page, "</svg>\n");
}
